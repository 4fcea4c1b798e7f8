using CohereShell.Pipeline;

namespace CohereShell.Commands;

/// <summary>What New- and Set-CohereFineTunedModel have in common: how a model is trained.</summary>
public abstract class HyperparameterCommand : CohereBodyCommand
{
    /// <summary>How often the examples are gone through.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int TrainEpochs { get; set; }

    /// <summary>How many examples make a step.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int TrainBatchSize { get; set; }

    /// <summary>How fast it learns.</summary>
    [Parameter]
    public double LearningRate { get; set; }

    /// <summary>After how many evaluations without enough progress the training ends.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int EarlyStoppingPatience { get; set; }

    /// <summary>How much progress is enough.</summary>
    [Parameter]
    public double EarlyStoppingThreshold { get; set; }

    /// <summary>The weight of the low-rank matrices.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int LoraAlpha { get; set; }

    /// <summary>The rank of the low-rank matrices.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int LoraRank { get; set; }

    /// <summary>The parts of the model that are trained.</summary>
    [Parameter]
    public LoraTargetModules LoraTargetModules { get; set; }

    private protected override IReadOnlyList<(string Field, string Parameter)> OwnFields => [("name", "-Name")];

    /// <summary>What was given, over what there is; null where there is neither.</summary>
    private protected FineTuningHyperparameters? HyperparametersOver(FineTuningHyperparameters? old)
    {
        FineTuningHyperparameters start = old ?? new FineTuningHyperparameters();
        FineTuningHyperparameters merged = start with
        {
            TrainEpochs = IsBound(nameof(TrainEpochs)) ? TrainEpochs : start.TrainEpochs,
            TrainBatchSize = IsBound(nameof(TrainBatchSize)) ? TrainBatchSize : start.TrainBatchSize,
            LearningRate = IsBound(nameof(LearningRate)) ? LearningRate : start.LearningRate,
            EarlyStoppingPatience = IsBound(nameof(EarlyStoppingPatience)) ? EarlyStoppingPatience : start.EarlyStoppingPatience,
            EarlyStoppingThreshold = IsBound(nameof(EarlyStoppingThreshold)) ? EarlyStoppingThreshold : start.EarlyStoppingThreshold,
            LoraAlpha = IsBound(nameof(LoraAlpha)) ? LoraAlpha : start.LoraAlpha,
            LoraRank = IsBound(nameof(LoraRank)) ? LoraRank : start.LoraRank,
            LoraTargetModules = IsBound(nameof(LoraTargetModules)) ? LoraTargetModules : start.LoraTargetModules,
        };
        return old is null && merged == start ? null : merged;
    }
}
