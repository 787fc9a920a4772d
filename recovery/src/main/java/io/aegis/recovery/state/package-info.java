/**
 * How states follow each other, and how the entries of a journal become a picture of an execution.
 * Pure: the same entries give the same picture, whoever reads them.
 *
 * <p>Kept secret here: how times are summed up and what an accepted request does. Must never hear
 * of threads, records or clocks.
 */
@NullMarked
package io.aegis.recovery.state;

import org.jspecify.annotations.NullMarked;
