/**
 * The stage of tests of the whole product: the program as it is installed, each command a process
 * of its own, beside a real PostgreSQL that is protected, lost and brought back.
 *
 * <p>Nothing here reaches into Aegis: what a test knows, it learned as a user does, from exit
 * codes, output and the database. Closing a stage leaves no process and no file behind.
 */
@NullMarked
package io.aegis.e2e.stage;

import org.jspecify.annotations.NullMarked;
