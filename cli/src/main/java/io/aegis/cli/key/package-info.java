/**
 * {@code aegis key}: who can open the repository.
 *
 * <p>Kept secret here: how that is laid out on a page.
 */
@NullMarked
package io.aegis.cli.key;

import org.jspecify.annotations.NullMarked;
