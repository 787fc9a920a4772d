/**
 * How the parts behind the faces are made: stores, secrets, the crash point of the kill sweep.
 *
 * <p>Kept secret here: which class implements what. Decides nothing.
 */
@NullMarked
package io.aegis.app.wiring;

import org.jspecify.annotations.NullMarked;
