/**
 * Accounts of the operating system: whose the files of a database are, and as whom its server runs.
 * Matters where Aegis is root, whom PostgreSQL refuses. Kept secret here: how a file is given away
 * and how a program is run as somebody else.
 */
@NullMarked
package io.aegis.postgres.account;

import org.jspecify.annotations.NullMarked;
