/**
 * The evidence bundle: drawn from the journal alone, so that whoever holds a bundle can draw it
 * again and compare.
 *
 * <p>Kept secret here: the members of {@code docs/format/evidence.md}. Must never hear of records
 * or threads.
 */
@NullMarked
package io.aegis.recovery.evidence;

import org.jspecify.annotations.NullMarked;
