/**
 * Accounts of the operating system: whose the files of a database are, and as whom its server runs.
 * Matters where Aegis is root, whom PostgreSQL refuses. Kept secret here: how a file is given away,
 * how a program is run as somebody else, and how root works in a directory of an account that may
 * exchange anything in it, or on the way to it, at any moment.
 */
@NullMarked
package io.aegis.postgres.account;

import org.jspecify.annotations.NullMarked;
