/**
 * Executions on a screen: listed, shown, followed live, decided on, cancelled.
 *
 * <p>Kept secret here: what a step looks like. How an execution goes on is decided in {@code
 * recovery}.
 */
@NullMarked
package io.aegis.cli.execution;

import org.jspecify.annotations.NullMarked;
