/**
 * Plans: shown, saved, confirmed, run.
 *
 * <p>Kept secret here: how a plan looks and how it is confirmed. What it does is decided elsewhere.
 */
@NullMarked
package io.aegis.cli.plan;

import org.jspecify.annotations.NullMarked;
