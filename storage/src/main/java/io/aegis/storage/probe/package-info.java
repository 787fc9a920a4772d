/**
 * Finding out by trying what a store can really do, whatever it claims.
 *
 * <p>Kept secret here: the objects made for it, which are gone afterwards.
 */
@NullMarked
package io.aegis.storage.probe;

import org.jspecify.annotations.NullMarked;
