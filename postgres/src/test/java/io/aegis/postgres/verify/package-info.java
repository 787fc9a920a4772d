/** Tests of measuring a recovered database, sound and damaged. */
@NullMarked
package io.aegis.postgres.verify;

import org.jspecify.annotations.NullMarked;
