/**
 * What was really done with a recovery point, and so is known of it: restored, verified.
 *
 * <p>Kept secret here: the names and the content of the records that say so. Must never hear of
 * what a point is made of.
 */
@NullMarked
package io.aegis.recovery.grade;

import org.jspecify.annotations.NullMarked;
