using CohereShell.Input;
using CohereShell.Pipeline;

namespace CohereShell.Datasets;

/// <summary>The base of commands that return data that Cohere keeps under an id, or write it to files.</summary>
public abstract class CohereFileCommand : CohereIdCommand
{
    /// <summary>Overwrites a read-only file.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Returns an error if the file already exists.</summary>
    [Parameter]
    [Alias("NoOverwrite")]
    public SwitchParameter NoClobber { get; set; }

    /// <summary>Returns the files when they're complete.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>The reason why the file can't be written as specified; null if it can.</summary>
    private protected ErrorRecord? ProblemOf(string path) => FilePaths.ProblemOfTarget(this, path, !NoClobber, Force, canAppend: false);

    /// <summary>Returns a complete file if the user requested it.</summary>
    private protected void WriteFile(string path)
    {
        if (PassThru)
        {
            FilePaths.PassThru(this, path);
        }
    }
}
