/**
 * Evidence on a screen and in files: what an execution did and measured, and whether a copy of it
 * is still what the journal says.
 *
 * <p>Kept secret here: how a bundle is summed up for people. What it holds and how it is verified
 * is decided in {@code recovery}.
 */
@NullMarked
package io.aegis.cli.evidence;

import org.jspecify.annotations.NullMarked;
