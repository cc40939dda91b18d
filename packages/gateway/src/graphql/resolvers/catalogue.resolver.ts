import type { Zoo } from '@medzoo/core';
import { inject, injectable } from 'tsyringe';
import { Query, Resolver } from 'type-graphql';
import { ImageAnalysis } from '../../analysis/image-analysis.js';
import { ZOO } from '../../injection.js';
import { packageVersion } from '../../package-version.js';
import { EncoderType, toEncoder } from '../types/encoder.type.js';
import { HeadType, toHead } from '../types/head.type.js';
import { RuntimeType } from '../types/runtime.type.js';

@injectable()
@Resolver()
export class CatalogueResolver {
  constructor(
    @inject(ZOO) private readonly zoo: Zoo,
    @inject(ImageAnalysis) private readonly analysis: ImageAnalysis,
  ) {}

  @Query(() => [HeadType], { description: 'What can be asked of an image.' })
  heads(): readonly HeadType[] {
    return this.zoo.heads.map(toHead);
  }

  @Query(() => [EncoderType], { description: 'The encoders that the heads run on.' })
  encoders(): readonly EncoderType[] {
    const encoders = this.zoo.heads.map(({ encoder }) => toEncoder(encoder));
    return [...new Map(encoders.map((encoder) => [encoder.sha256, encoder])).values()];
  }

  @Query(() => RuntimeType, { description: 'What answers here, and how it is doing.' })
  runtime(): RuntimeType {
    const { reason = null, ...zoo } = this.zoo.runtime();
    return {
      ...zoo,
      reason,
      version: packageVersion,
      node: process.version,
      provider: this.analysis.lastProvider,
      uptimeSeconds: process.uptime(),
    };
  }
}
