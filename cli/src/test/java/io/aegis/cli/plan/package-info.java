@NullMarked
package io.aegis.cli.plan;

import org.jspecify.annotations.NullMarked;
