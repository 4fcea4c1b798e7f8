using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;
using CohereShell.Input;
using CohereShell.Pipeline;

namespace CohereShell.Commands;

/// <summary>
/// A script block that returns the key. In the runspace that created it, it runs unchanged, with its variables. In
/// any other runspace, an unbound copy runs. It always runs on the pipeline thread of the command that needs the key.
/// </summary>
internal sealed class KeyProvider(ScriptBlock script)
{
    private readonly ScriptBlock _script = script;
    private readonly Guid _home = Runspace.DefaultRunspace.InstanceId;

    /// <exception cref="CohereException">The script block failed.</exception>
    public string? Invoke()
    {
        ScriptBlock script = Runspace.DefaultRunspace.InstanceId == _home
            ? _script
            : ((ScriptBlockAst)_script.Ast).GetScriptBlock();
        try
        {
            return Secrets.KeyIn(script.Invoke().LastOrDefault());
        }
        catch (RuntimeException exception) when (exception is not PipelineStoppedException)
        {
            throw new CohereException(ErrorReason.Unauthorized, $"The script block of -ApiKeyProvider failed: {exception.Message}", exception);
        }
    }

    public Task<string?> GetAsync(CancellationToken cancellationToken) =>
        CohereCommand.OnPipelineThreadAsync(Invoke, cancellationToken);
}
