/**
 * {@code aegis config}: what is set, whether it is right, what can be set.
 *
 * <p>Kept secret here: how settings are laid out on a page.
 */
@NullMarked
package io.aegis.cli.config;

import org.jspecify.annotations.NullMarked;
