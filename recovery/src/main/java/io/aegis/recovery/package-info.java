/** Placeholder until the module has its face. */
@NullMarked
package io.aegis.recovery;

import org.jspecify.annotations.NullMarked;
