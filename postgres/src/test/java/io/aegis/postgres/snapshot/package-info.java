/**
 * Tests of taking base backups. {@code PlainRepository} keeps snapshots as plain files and believes
 * every word of what is said to have changed, so that a wrong word yields a wrong database.
 */
@NullMarked
package io.aegis.postgres.snapshot;

import org.jspecify.annotations.NullMarked;
