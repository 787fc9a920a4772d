/**
 * The few things every module speaks of: failures that say what to do next, sizes, digests, small
 * binary and JSON values, bounded concurrency, and the ports through which time and randomness
 * come in.
 *
 * <p>Kept secret here: nothing but arithmetic. Must never hear of files, sockets, processes or
 * databases; whatever touches the outside world is handed in.
 */
@NullMarked
package io.aegis.kernel;

import org.jspecify.annotations.NullMarked;
