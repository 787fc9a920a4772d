/**
 * What the long sweeps share: what is taken of all cases by a seed, where a process can be killed,
 * a lost shop that is made once and copied for each case, and what must hold of it afterwards.
 */
@NullMarked
package io.aegis.e2e.sweep;

import org.jspecify.annotations.NullMarked;
