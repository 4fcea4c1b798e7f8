using CohereShell.Input;
using CohereShell.Pipeline;

namespace CohereShell.Datasets;

/// <summary>The base of commands that return what Cohere keeps under an id, or write it to files.</summary>
public abstract class CohereFileCommand : CohereIdCommand
{
    /// <summary>Replaces a file that is read-only, too.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Replaces no file.</summary>
    [Parameter]
    [Alias("NoOverwrite")]
    public SwitchParameter NoClobber { get; set; }

    /// <summary>Returns the files when they are complete.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>Why the file can't be written as the parameters say; null where it can.</summary>
    private protected ErrorRecord? ProblemOf(string path) => FilePaths.ProblemOfTarget(this, path, !NoClobber, Force, canAppend: false);

    /// <summary>Returns a complete file if the user wants it.</summary>
    private protected void WriteFile(string path)
    {
        if (PassThru)
        {
            FilePaths.PassThru(this, path);
        }
    }
}
