/** Placeholder until the module has its face. */
@NullMarked
package io.aegis.app;

import org.jspecify.annotations.NullMarked;
