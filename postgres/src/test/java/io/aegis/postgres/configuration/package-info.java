/** Tests of what is read in and done to the files by which PostgreSQL is configured. */
@NullMarked
package io.aegis.postgres.configuration;

import org.jspecify.annotations.NullMarked;
