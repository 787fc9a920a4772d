/**
 * The command line: {@code aegis}. One class per command; each asks the faces below for an answer
 * and decides nothing by itself.
 *
 * <p>Read {@link io.aegis.cli.Aegis} first, then {@code frame} (what commands share), {@code
 * terminal} (how it looks), then any command. Commands that read work from the repository alone:
 * in a disaster everything else may be what is lost.
 *
 * <p>Kept secret here: the grammar and the looks. Nothing may depend on this module.
 */
@NullMarked
package io.aegis.cli;

import org.jspecify.annotations.NullMarked;
