/** Placeholder until the module has its face. */
@NullMarked
package io.aegis.postgres;

import org.jspecify.annotations.NullMarked;
