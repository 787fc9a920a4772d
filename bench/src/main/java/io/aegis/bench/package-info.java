/** Placeholder until the module has its face. */
@NullMarked
package io.aegis.bench;

import org.jspecify.annotations.NullMarked;
