/**
 * Tests of the steps of scenario database-loss: payloads, probes in three worlds, whole recoveries.
 */
@NullMarked
package io.aegis.postgres.steps;

import org.jspecify.annotations.NullMarked;
