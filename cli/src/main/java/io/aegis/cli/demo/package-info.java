/**
 * {@code aegis demo}: a person at the keyboard, who loses a database twice and gets it back. It
 * runs the same commands that anybody types, and compares the outcome with a ledger that neither
 * the database nor Aegis can reach.
 *
 * <p>Kept secret here: the shop, its customers, and how its database is lost.
 */
@NullMarked
package io.aegis.cli.demo;

import org.jspecify.annotations.NullMarked;
