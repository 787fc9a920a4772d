@NullMarked
package io.aegis.cli.terminal;

import org.jspecify.annotations.NullMarked;
