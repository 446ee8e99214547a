/* training.c - see training.h. */
#include "core/params/training.h"

struct trainer_config training_of(const struct params *p)
{
    return (struct trainer_config){
        .epochs = p->epochs,
        .batch_size = p->batch_size,
        .shuffle = p->shuffle,
        .loss = (enum loss_kind)p->loss,
        .optim = {.kind = (enum optim_kind)p->optimizer,
                  .learning_rate = (float)p->learning_rate,
                  .momentum = (float)p->momentum,
                  .weight_decay = (float)p->weight_decay},
        .gradient_clip = (float)p->gradient_clip,
        .patience = p->patience,
    };
}
