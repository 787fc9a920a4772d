/**
 * The book that is kept outside of everything: what clients asked of the database, what it told
 * them, how far it was told that its log is durable, and what its own {@code pg_waldump} says was
 * committed where. A recovered database is compared with this and with nothing that Aegis knows.
 */
@NullMarked
package io.aegis.e2e.ledger;

import org.jspecify.annotations.NullMarked;
