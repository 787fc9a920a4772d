/**
 * The terminal: who is at the other end of the three streams, colours, tables, the one status line.
 *
 * <p>Kept secret here: escape sequences, column widths, how often a line is painted. Must never
 * hear of commands, repositories or databases.
 */
@NullMarked
package io.aegis.cli.terminal;

import org.jspecify.annotations.NullMarked;
