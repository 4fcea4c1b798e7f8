using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using CohereShell.Errors;

namespace CohereShell.Pipeline;

/// <summary>The base of commands that make a call for each input or batch of inputs, several at the same time.</summary>
public abstract class CohereParallelCommand : CohereBodyCommand
{
    /// <summary>The maximum number of calls in flight at the same time. Output leaves in the order of the input.</summary>
    [Parameter]
    [ValidateRange(1, 256)]
    public int ThrottleLimit { get; set; } = 5;

    /// <summary>The parameters that take input. Empty where PowerShell itself requires one of them.</summary>
    private protected virtual IReadOnlyList<string> InputParameters => [];

    /// <summary>What to say when there is no input.</summary>
    private protected virtual (string Message, string Action) NoInput => default;

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
        if (!HasInput)
        {
            ThrowTerminatingError(ErrorRecords.InvalidCombination(NoInput.Message, NoInput.Action));
        }

        Complete();
    }

    /// <summary>Takes what the parameters hold now.</summary>
    private protected abstract void ReadInput();

    /// <summary>Waits for all calls, and writes what is left.</summary>
    private protected abstract void Complete();
}
