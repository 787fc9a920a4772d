/** Placeholder until the module has its face. */
@NullMarked
package io.aegis.repository;

import org.jspecify.annotations.NullMarked;
