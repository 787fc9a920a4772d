/**
 * The failures that every kind of store reports in the same words.
 *
 * <p>Kept secret here: their wording. What only one kind of store can meet is phrased beside it.
 */
@NullMarked
package io.aegis.storage.failure;

import org.jspecify.annotations.NullMarked;
