/**
 * What opens a repository: its header, the slots that each wrap the master key for somebody, and
 * the forms in which a key is kept: a file, words on paper, a passphrase.
 *
 * <p>Kept secret here: the layouts of {@code docs/format/header.md} and {@code docs/format/keys.md}
 * and every step from what a person holds to the keys of an epoch. Must never hear of what is
 * sealed with them.
 */
@NullMarked
package io.aegis.repository.key;

import org.jspecify.annotations.NullMarked;
