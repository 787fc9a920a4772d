@NullMarked
package io.aegis.cli.point;

import org.jspecify.annotations.NullMarked;
