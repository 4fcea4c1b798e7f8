using CohereShell.Completion;

namespace CohereShell.Pipeline;

/// <summary>The base of commands that make a call for each input or batch of inputs, several at the same time.</summary>
public abstract class CohereParallelCommand : CohereInputCommand
{
    /// <summary>
    /// Maximum number of calls in flight at the same time. The default is 5. Output keeps the order of the input.
    /// </summary>
    [Parameter]
    [ValidateRange(1, 256)]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public int ThrottleLimit { get; set; } = 5;
}
