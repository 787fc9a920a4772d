/**
 * Who may ask what of an execution. One class of rules, without any state of its own: asked once
 * when somebody asks, and once more by the leader before it is done.
 *
 * <p>Kept secret here: nothing; that is the point. Must never hear of journals or threads.
 */
@NullMarked
package io.aegis.recovery.approval;

import org.jspecify.annotations.NullMarked;
