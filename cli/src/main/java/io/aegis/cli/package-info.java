/** Placeholder until the module has its face. */
@NullMarked
package io.aegis.cli;

import org.jspecify.annotations.NullMarked;
