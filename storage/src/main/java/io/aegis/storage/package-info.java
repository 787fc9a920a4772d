/** Placeholder until the module has its face. */
@NullMarked
package io.aegis.storage;

import org.jspecify.annotations.NullMarked;
