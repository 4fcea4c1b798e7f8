using CohereShell.Errors;

namespace CohereShell.Pipeline;

/// <summary>The base of commands that make calls for what they are given, as parameters or on the pipeline.</summary>
public abstract class CohereInputCommand : CohereBodyCommand
{
    /// <summary>The parameters that take input. Empty where PowerShell itself requires one of them.</summary>
    private protected virtual IReadOnlyList<string> InputParameters => [];

    /// <summary>The error for no input; null where the command can do without.</summary>
    private protected virtual (string Message, string Action)? NoInput => null;

    private bool HasInput => MyInvocation.ExpectingInput || InputParameters.Count == 0 || InputParameters.Any(IsBound);

    /// <inheritdoc/>
    // Made now: what is wrong with headers or added fields is known before the first input.
    protected override void BeginProcessing() => _ = Options;

    /// <inheritdoc/>
    protected sealed override void ProcessRecord()
    {
        if (HasInput)
        {
            ReadInput();
        }
    }

    /// <inheritdoc/>
    protected sealed override void EndProcessing()
    {
        if (!HasInput && NoInput is { } error)
        {
            ThrowTerminatingError(ErrorRecords.InvalidCombination(error.Message, error.Action));
        }

        Complete();
    }

    /// <summary>Takes what the parameters hold now.</summary>
    private protected abstract void ReadInput();

    /// <summary>Waits for all calls, and writes what is left.</summary>
    private protected abstract void Complete();
}
