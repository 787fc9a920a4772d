/** Tests of putting a snapshot's files back, killed and resumed, refused and fenced. */
@NullMarked
package io.aegis.postgres.restore;

import org.jspecify.annotations.NullMarked;
