/**
 * Looking for damage: what should be there and is not, what is there and is not what was written,
 * and what nobody needs.
 *
 * <p>Kept secret here: in which order a check looks, and how a fact becomes a consequence. Must
 * never change anything.
 */
@NullMarked
package io.aegis.repository.check;

import org.jspecify.annotations.NullMarked;
