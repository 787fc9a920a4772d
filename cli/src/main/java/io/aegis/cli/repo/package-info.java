/**
 * {@code aegis repo}: whether the repository is whole, and how large it is.
 *
 * <p>Kept secret here: how that is laid out on a page.
 */
@NullMarked
package io.aegis.cli.repo;

import org.jspecify.annotations.NullMarked;
