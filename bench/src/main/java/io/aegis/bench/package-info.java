/**
 * What the scripts of {@code bench/} need from Java: a repository of a thousand recovery points,
 * and the trial on which the format of snapshots was chosen.
 *
 * <p>Kept secret here: nothing; nobody depends on it. Must never be part of the distribution, nor
 * hold a figure that {@code docs/BENCHMARKS.md} does not give the command for.
 */
@NullMarked
package io.aegis.bench;

import org.jspecify.annotations.NullMarked;
