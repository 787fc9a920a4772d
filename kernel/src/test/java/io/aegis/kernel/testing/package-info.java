/**
 * What every module's tests stand on: the real parts and what happens when one is absent, seeds
 * that rotate, free ports, and programs run to their end.
 *
 * <p>Kept secret here: how a part is found, and where skipped tests are written down for the end of
 * the test command.
 */
@NullMarked
package io.aegis.kernel.testing;

import org.jspecify.annotations.NullMarked;
