/** Tests of starting, finding, asking and stopping real servers. */
@NullMarked
package io.aegis.postgres.server;

import org.jspecify.annotations.NullMarked;
