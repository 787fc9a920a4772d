/**
 * What can be recovered, and how well it is protected: {@code status} and {@code points}, and the
 * words in which a moment is shown everywhere.
 *
 * <p>Kept secret here: how the window is laid out. Decides nothing about it.
 */
@NullMarked
package io.aegis.cli.point;

import org.jspecify.annotations.NullMarked;
