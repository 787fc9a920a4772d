/**
 * The names of everything a repository stores.
 *
 * <p>Kept secret here: the spelling of every object key, so that no other class contains a prefix
 * or a suffix. Must never hear of what the objects contain.
 */
@NullMarked
package io.aegis.repository.layout;

import org.jspecify.annotations.NullMarked;
