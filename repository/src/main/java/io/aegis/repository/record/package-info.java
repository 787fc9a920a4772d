/**
 * Records, small sealed objects under names that their writers choose, and the register, a chain of
 * records that says what must exist.
 *
 * <p>Kept secret here: how names, seals and the chain's hashes hang together
 * ({@code docs/format/record.md}, {@code docs/format/register.md}). Must never hear of what the
 * records say.
 */
@NullMarked
package io.aegis.repository.record;

import org.jspecify.annotations.NullMarked;
