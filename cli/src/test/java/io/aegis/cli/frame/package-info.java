@NullMarked
package io.aegis.cli.frame;

import org.jspecify.annotations.NullMarked;
